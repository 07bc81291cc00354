/** Tasks that have a name are done one after the other, in order of arrival; those of other names do not wait. */
export class Queue {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does `task` when all that came before it under this name has ended, well or not. */
  run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const result = before.then(task);
    const ended = result.then(ignore, ignore);
    this.#last.set(name, ended);
    void ended.then(() => {
      if (this.#last.get(name) === ended) this.#last.delete(name);
    });
    return result;
  }

  /** Resolves when nothing that was asked for until now is left. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}

const ignore = (): void => {};
