/** How a bench runs. */
export type RunOptions = {
  readonly threads: number;
  readonly rounds: number;
  /** The interpreter that the peers are installed in; absent: without peers. */
  readonly python?: string | undefined;
  /** Hears what goes on, line by line. */
  readonly report: (line: string) => void;
};
