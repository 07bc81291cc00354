// For processes that open models again and again. glibc learns from the first large block that is given back to take
// the next ones from its heaps, and keeps a heap for every thread: with each model that is opened and closed those become
// more ragged, and memory grows by a few megabytes a time for ever. Set at the start, both stay as they are; they cannot be
// set later, so that the process begins anew in its own place (same number, same terminal).
const SETTINGS = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_ARENA_MAX: '2' };

const { env, execPath, execArgv, argv, platform } = process;
const isSet = Object.keys(SETTINGS).every((name) => name in env);
if (platform === 'linux' && !isSet && typeof process.execve === 'function') {
  try {
    // Experimental in Node 24; should it go away, memory is less steady and nothing else.
    process.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...SETTINGS });
  } catch {}
}
