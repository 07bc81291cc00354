/** Colours of authors; after the last the first comes again. The model writes in the colour of the text. */
export type AuthorColour = {
  /** On the page of `paper.light`: contrast above 6. */
  readonly light: string;
  /** On the page of `paper.dark`: contrast above 7. */
  readonly dark: string;
  /** For readers whose page is not ours to choose: contrast above 4.5 on white and on black alike. */
  readonly either: string;
};

// One hue each (in OKLCH 250°, 35°, 150°, 320°, 90°, 200°, 5°, 285°), at relative luminances of 0.115, 0.42, 0.179.
export const authorColours: readonly AuthorColour[] = [
  { light: '#26629b', dark: '#7cb2ea', either: '#3d79b3' },
  { light: '#974935', dark: '#e99a85', either: '#b05f4a' },
  { light: '#226d39', dark: '#7bbd89', either: '#3b844e' },
  { light: '#7e4d8a', dark: '#ce9dd9', either: '#9663a1' },
  { light: '#785c00', dark: '#c7ab60', either: '#8f7211' },
  { light: '#006a71', dark: '#4fbec3', either: '#008389' },
  { light: '#96465b', dark: '#e897a9', either: '#af5c71' },
  { light: '#5c579d', dark: '#a8a7ed', either: '#726eb6' },
];

/** Pages of the html book: ground, text, and what stands back. */
export const paper = {
  light: { ground: '#fdfcf9', ink: '#262522', faint: '#66635c' },
  dark: { ground: '#1a1a1c', ink: '#d6d4cf', faint: '#a09d96' },
} as const;

/** The style class of an author. */
export const authorClass = (author: number): string => `by-${(author % authorColours.length) + 1}`;
