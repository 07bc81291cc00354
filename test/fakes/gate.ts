/** Holds whoever waits for it until it is opened. */
export function gate() {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  return {
    open: () => opened.resolve(),
    /** Resolves when somebody waits. */
    reached: reached.promise,
    wait: () => {
      reached.resolve();
      return opened.promise;
    },
  };
}
