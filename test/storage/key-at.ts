const PAGE = 4096;
/** The first byte of a page says what it holds. */
const LEAF = { index: 10, row: 13 };

/** Where a key stands in a store file: in the index, or in its row. */
export function keyAt(file: Buffer, key: string, where: keyof typeof LEAF): number {
  for (let at = file.indexOf(key); at !== -1; at = file.indexOf(key, at + 1))
    if (file[Math.floor(at / PAGE) * PAGE] === LEAF[where]) return at;
  throw new Error(`no ${where} of ${key}`);
}
