/** Text that comes in pieces and can be read while it comes, or later, once or often; it waits for no reader. */
export class PieceStream {
  readonly #pieces: string[] = [];
  #ended: { readonly error?: unknown } | undefined;
  #changed = Promise.withResolvers<void>();

  push(piece: string): void {
    this.#pieces.push(piece);
    this.#wake();
  }

  /** No more pieces; with an error, readers meet it behind the last. */
  end(ended: { readonly error?: unknown } = {}): void {
    this.#ended = ended;
    this.#wake();
  }

  /** All pieces from the first. */
  async *read(): AsyncGenerator<string, void> {
    for (let at = 0; ; ) {
      if (at < this.#pieces.length) yield this.#pieces[at++]!;
      else if (!this.#ended) await this.#changed.promise;
      else if ('error' in this.#ended) throw this.#ended.error;
      else return;
    }
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
