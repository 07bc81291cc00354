import { settingLimits } from '#generation';
import type { Chat } from '../chat.ts';

/** Sets the temperature or the length of passages, also for the next chat; shows it if no number stands there. */
export async function set(chat: Chat, name: 'temperature' | 'length', typed: string): Promise<void> {
  const { min, max } = settingLimits[name];
  const number = typed.normalize('NFKC');
  if (typed !== '') {
    const value = Number(number);
    const fits = value >= min && value <= max && (name === 'temperature' || Number.isInteger(value));
    if (!fits) return chat.say(`chat.bad-${name}`, { typed, min: String(min), max: String(max) });
    const { settings } = await chat.stories.place(chat.place);
    await chat.stories.setSettings(chat.place, { ...settings, [name]: value });
    chat.settings = { ...chat.settings, [name]: value };
  }
  chat.say(`chat.${name}`, { value: String(chat.settings[name]) });
}

/** Lists the lines of models, or has another write. */
export async function model(chat: Chat, typed: string): Promise<void> {
  if (typed === '') {
    chat.say('chat.models');
    const rows = chat.options
      .modelLines()
      .map(
        async ({ name, title }): Promise<[string, string]> => [
          `${name === chat.line ? '●' : ' '} ${name}`,
          await chat.script.title(title),
        ],
      );
    return chat.list(await Promise.all(rows));
  }
  // The line is that of the story at hand and of those to come.
  await chat.begin();
  await chat.stories.setLine(chat.place, typed);
  await chat.useLine(typed);
  chat.say('chat.model', { name: typed, title: await chat.script.title() });
}
