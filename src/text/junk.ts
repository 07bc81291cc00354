import type { RemovalReason } from './novel.ts';

/** Lines longer than this are story, whatever they contain. */
const MAX_JUNK_LENGTH = 150;

const RULER = /^[-=_~*＊—─━═┄┅┈┉╌╍☆★◆◇●■※＝－＿～+＋#|│·\s]{3,}$/u;
const MARKED_RULER =
  /^[-=*_~─—=\s]{2,}[^-=*_~─—]{0,16}(?:章节|章節|内容|內容|正文|本章)[^-=*_~─—]{0,12}[-=*_~─—=\s]{2,}$/u;
const UPDATE_LINE =
  /^.{0,20}(?:更新时间|更新時間|发布时间|發布時間|上传时间|上傳時間|本章字数|本章字數)\s*[:：]\s*[\d〇一二三四五六七八九十]/u;
const GUTENBERG = /project gutenberg|gutenberg\.(?:org|net)|^produced by .{1,60}$/iu;
const URL =
  /(?:https?:\/\/|www\s?[.．。]\s?)[\w\-./?%&=#:~@！-～．。]+|[a-z0-9-]{2,40}\s?[.．。]\s?(?:com|net|org|cc|info|xyz|vip|top|tv)(?![a-z0-9])(?:\/[\w\-./?%&=#~]*)?/giu;

// Each of these says by itself that the line is a site's and not the story's.
const ADVERTISEMENTS: readonly RegExp[] = [
  /下[载載](?:后|後)?\s*24\s*小[时時](?:之)?[内內][删刪]除/u,
  /(?:[仅僅]|只)供(?:[读讀]者)?(?:[预預][览覽]|[试試][读讀]|[试試][阅閱]|交流学习|交流學習)/u,
  /本(?:书|書|电子书|電子書|文)(?:由|来自|來自|是由).{1,30}(?:整理|制作|製作|下载|下載|首发|首發|上传|上傳|收集|提供)/u,
  /手机用户(?:请|可)|手機用戶(?:請|可)/u,
  /(?:请|請)?(?:天才)?(?:一秒|[请請])[记記]住.{0,12}(?:本站|地址|域名|网址|網址|网站|網站)/u,
  /本章(?:未完|尚未结束|尚未結束).{0,12}(?:翻[页頁]|下一[页頁]|[继繼][续續])/u,
  /^[（(【[]?\s*本章(?:完|已完|结束|結束)\s*[）)】\]]?$/u,
  /(?:[无無][弹彈]窗|手打更新|手打[发發]布)/u,
  /(?:欢迎|歡迎)(?:广大书友|廣大書友|访问|訪問|光临|光臨).{0,30}(?:阅读|閱讀|网|網|站|小说|小說)/u,
  /最新(?:最快|章[节節]|、最快).{0,24}(?:请|請|尽在|盡在|就在|[网網]|[阅閱][读讀]|下[载載])/u,
  /(?:更多|全本|全文|免[费費]).{0,12}(?:小[说說]|[电電]子[书書]|txt).{0,16}(?:[尽盡]在|[请請](?:到|[访訪][问問]|登)|下[载載])/iu,
  /^(?:加入[书書][签簽]|返回(?:目[录錄]|[书書][页頁])|上一[章页頁]|下一[章页頁]|投推[荐薦]票|推[荐薦]本[书書]|\s|[|｜←→、·])+$/u,
  /(?:求|投|砸).{0,6}(?:月票|推[荐薦]票|[红紅]票|[鲜鮮]花|打[赏賞]|[订訂][阅閱])(?:$|[！!。，,～~…、）)]|.{0,12}(?:支持|[谢謝]))/u,
  /(?:QQ|[Qq]q|微信|公[众眾][号號]|[书書]友)群?.{0,8}[:：]\s*\d{5,}/u,
  /(?:[转轉][载載]|收藏)(?:[请請])?(?:保留|注明|本站|本[书書][请請])/u,
];
/** What stands before the first chapter about the file itself. */
const FRONT_MATTER =
  /^[[【《]?\s*[^\s，。]{1,30}\s*[/／]\s*[^\s，。]{1,20}\s*[著编編]\s*[\]】》]?$|^(?:书名|書名|作者|作品|分类|分類|标签|標籤|状态|狀態|来源|來源|字数|字數)\s*[:：]\s*\S{1,30}$/u;
// Words that make a line a site's only where the very same line comes again and again.
const SITE_WORD = /[网網]|站|手机|手機|[阅閱][读讀]|收藏|推[荐薦]|下[载載]|[书書]友|更新|txt|首[发發]|正版/iu;
const REPEATED_OFTEN = 3;

/**
 * Why a line (trimmed) is not story: undefined where it is. `occurrences` is how often the same line stands
 * in the file, `beforeFirstChapter` whether a chapter has begun. A false hit costs the story a line, so only
 * what is surely a site's goes.
 */
export function findJunk(
  line: string,
  occurrences: number,
  beforeFirstChapter: boolean,
): RemovalReason | undefined {
  if (line.length > MAX_JUNK_LENGTH) return undefined;
  if (RULER.test(line) || MARKED_RULER.test(line)) return 'ruler';
  if (UPDATE_LINE.test(line)) return 'update-line';
  if (GUTENBERG.test(line)) return 'gutenberg';
  if (ADVERTISEMENTS.some((pattern) => pattern.test(line))) return 'advertisement';
  if (occurrences >= REPEATED_OFTEN && line.length >= 6 && SITE_WORD.test(line)) return 'advertisement';
  if (beforeFirstChapter && FRONT_MATTER.test(line)) return 'advertisement';
  const rest = line.replace(URL, '');
  // A line that is mostly an address goes whole; inside a long line only the address goes.
  if (rest !== line && [...rest.trim()].length <= 40) return 'url';
  return undefined;
}

/** Every address inside a line of story. */
export function findUrls(text: string): string[] {
  return /[.．。]\s?(?:com|net|org|cc|info|xyz|vip|top|tv)|https?:|www/iu.test(text)
    ? (text.match(URL) ?? [])
    : [];
}
