/*
 * Since 1.29 the runtime's own builds report sessions and models to their maker, and keep an identifier of the
 * machine in the home folder, unless this stands in the environment when the library is loaded: so it is
 * imported before the library (docs/decisions/2026-11-24-no-telemetry.md). It counts for the whole process, but
 * not when set inside a worker thread, whose environment is a copy.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
