import { expect, it } from 'vitest';
import { type CommandName, commandNames, specOf } from '../../../src/platforms/console/command-table.ts';
import { type Input, parseInput } from '../../../src/platforms/console/input.ts';
import { wordsOf } from '../../../src/platforms/console/words.ts';

const command = (name: CommandName, argument = ''): Input => ({ kind: 'command', name, argument });
const text = (typed: string): Input => ({ kind: 'text', text: typed });
const meant = (typed: string): Input => ({ kind: 'text', text: typed, command: `/${typed}` });

it.each([
  ['', command('go')],
  ['  　 ', command('go')],
  ['r', command('again')],
  ['u', command('undo')],
  ['U', command('redo')],
  ['q', command('quit')],
  ['?', command('help')],
  ['？', command('help')],
  ['ｒ', command('again')],
  ['t 0.9', command('temperature', '0.9')],
  ['t0.9', command('temperature', '0.9')],
  ['ｔ　０．９', command('temperature', '0.9')],
  ['t 2', command('temperature', '2')],
  ['l 200', command('length', '200')],
  ['t', command('temperature')],
  ['l', command('length')],
  ['t abc', command('temperature', 'abc')],
  ['t 0.05', command('temperature', '0.05')],
  ['t 2.1', command('temperature', '2.1')],
  ['l 1.5', command('length', '1.5')],
  ['l 0', command('length', '0')],
  ['x', { kind: 'unknown', typed: 'x' }],
  ['R', command('again')],
  ['孙悟空', text('孙悟空')],
  ['　　孙悟空，Ａ？ ', text('孙悟空，Ａ？')],
  ['constructor', text('constructor')],
  ['the end', text('the end')],
  ['一。\n\n　　二。\n', text('一。\n二。')],
  ['quit', command('quit')],
  ['Exit', command('quit')],
  ['/quit', command('quit')],
  ['退出', command('quit')],
  ['help', command('help')],
  ['幫助', command('help')],
  ['帮助', command('help')],
  ['退出山门', text('退出山门')],
  ['。', text('。')],
  // Words, alone
  ['续写', command('go')],
  ['續寫', command('go')],
  ['换一个', command('again')],
  ['換一個', command('again')],
  ['上一个', command('older')],
  ['下一個', command('newer')],
  ['<', command('older')],
  ['＞', command('newer')],
  ['《', command('older')],
  ['撤销', command('undo')],
  ['復原', command('undo')],
  ['Undo', command('undo')],
  ['树', command('tree')],
  ['记住', command('remember')],
  ['导出', command('export')],
  ['续写下去', text('续写下去')],
  ['树上有人', text('树上有人')],
  ['trash', command('trash')],
  ['垃圾桶', command('trash')],
  ['/垃圾桶', command('trash')],
  ['抹去', command('erase')],
  ['修改', command('edit')],
  // With a slash and what follows
  ['/', command('help')],
  ['/u', command('undo')],
  ['/t 0.9', command('temperature', '0.9')],
  ['/branch  雨夜 ', command('branch', '雨夜')],
  ['/分支 雨夜', command('branch', '雨夜')],
  ['/分支雨夜', command('branch', '雨夜')],
  ['／记住　林小满', command('remember', '林小满')],
  ['、记住 林小满', command('remember', '林小满')],
  ['、他说', text('、他说')],
  ['/goto3', command('goto', '3')],
  ['/跳到 ３', command('goto', '３')],
  ['/EXPORT Epub', command('export', 'Epub')],
  ['/edit 他说：“Ａ，去！”', command('edit', '他说：“Ａ，去！”')],
  ['/write 树', command('write', '树')],
  // A number or a format behind a word is no story
  ['goto 3', command('goto', '3')],
  ['比较 3 5', command('compare', '3 5')],
  ['export epub', command('export', 'epub')],
  ['温度 0.9', command('temperature', '0.9')],
  ['open the door', meant('open the door')],
  ['trash 2', command('trash', '2')],
  ['erase 3', command('erase', '3')],
  // So is one word behind a word that takes a name
  ['记住 林小满', command('remember', '林小满')],
  ['remember Alice', command('remember', 'Alice')],
  ['標題　雨夜行', command('title', '雨夜行')],
  ['switch main', command('switch', 'main')],
  ['忘记 1', command('forget', '1')],
  ['模型 my-novel', command('model', 'my-novel')],
  // What has the shape of a command and may be one is text, and told of
  ['remember Alice Liddell', meant('remember Alice Liddell')],
  ['打开 窗户', meant('打开 窗户')],
  ['标题 一二三四五六七八九十一二三', meant('标题 一二三四五六七八九十一二三')],
  ['记住 他走了。', text('记住 他走了。')],
  [
    '记住 一二三四五六七八九十一二三四五六七八九十一',
    text('记住 一二三四五六七八九十一二三四五六七八九十一'),
  ],
  ['继续 前行', text('继续 前行')],
  // What looks like a command
  ['/udno', { kind: 'unknown', typed: '/udno', nearest: 'undo' }],
  ['/exp', { kind: 'unknown', typed: '/exp', nearest: 'export' }],
  ['/记得', { kind: 'unknown', typed: '/记得', nearest: '记住' }],
  ['/stores', { kind: 'unknown', typed: '/stores', nearest: 'stories' }],
  ['/xyzzy', { kind: 'unknown', typed: '/xyzzy' }],
])('reads %j', (line, input) => {
  expect(parseInput(line)).toEqual(input);
});

it('has every word and key for one command only, behind a slash and alone', () => {
  const seen = new Map<string, CommandName>();
  for (const name of commandNames) {
    const { keys = [] } = specOf(name);
    for (const typed of [...keys, ...wordsOf(name, 'en')]) {
      expect(seen.get(typed) ?? name, typed).toBe(name);
      seen.set(typed, name);
      expect(parseInput(`/${typed}`), typed).toEqual(command(name));
      expect(parseInput(typed), typed).toEqual(command(name));
    }
  }
});
