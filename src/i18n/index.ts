import { IntlMessageFormat } from 'intl-messageformat';
import type { MessageParams, UserError } from '#errors';
import en from './messages/en/index.ts';
import zhHans from './messages/zh-Hans/index.ts';
import zhHant from './messages/zh-Hant/index.ts';

export type Locale = 'en' | 'zh-Hans' | 'zh-Hant';
/** A key of the English catalogue; a test holds the other catalogues to the same keys and parameters. */
export type MessageKey = keyof typeof en;

/** Every catalogue: flat keys, ICU message format. */
export const catalogues: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en,
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
};

/** The words of one language. */
export type Translator = {
  readonly locale: Locale;
  /** The message `key` with its parameters put in. */
  (key: MessageKey, params?: MessageParams): string;
};

/** The words of `locale`; messages are compiled at their first use. */
export function createTranslator(locale: Locale): Translator {
  const compiled = new Map<string, IntlMessageFormat>();
  const translate = (key: string, params: MessageParams = {}): string => {
    let message = compiled.get(key);
    if (!message) {
      const source = catalogues[locale][key];
      if (source === undefined) throw new Error(`no message ${key} in ${locale}`);
      message = new IntlMessageFormat(source, locale, undefined, { ignoreTag: true });
      compiled.set(key, message);
    }
    return String(message.format(params));
  };
  return Object.assign(translate, { locale }) as Translator;
}

/** The sentence for an error that the user can mend. */
export function describeError(error: UserError, t: Translator): string {
  return t(`errors.${error.code}` as MessageKey, error.params);
}

/**
 * The catalogue nearest to a language tag or POSIX locale (`zh_TW.UTF-8`, `zh-CN`, `en_GB`).
 * Anything unknown, `C` and the empty string give English.
 */
export function matchLocale(tag: string | undefined): Locale {
  const lower = (tag ?? '').toLowerCase().replaceAll('_', '-');
  if (!lower.startsWith('zh')) return 'en';
  const traditional = lower.includes('hant') || (!lower.includes('hans') && /-(tw|hk|mo)\b/.test(lower));
  return traditional ? 'zh-Hant' : 'zh-Hans';
}
