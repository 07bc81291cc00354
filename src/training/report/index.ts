export { type LossPlotOptions, type LossPoint, lossPlot } from './loss-plot.ts';
export { type Metric, type MetricsFile, openMetrics, readMetrics } from './metrics.ts';
export { ProgressDisplay, type ProgressDisplayOptions, type ProgressStream } from './progress-display.ts';
export { type ProgressState, progressLine } from './progress-line.ts';
export { renderPng } from './render-png.ts';
export { type ReporterOptions, TrainingReporter } from './reporter.ts';
