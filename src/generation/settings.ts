/** How the next token is drawn. */
export type SamplingSettings = {
  /** Divides the logits: below 1 plainer, above 1 wilder. */
  readonly temperature: number;
  /** Only the `topK` likeliest may be drawn. */
  readonly topK?: number | undefined;
  /** Only the likeliest that together hold this share of the probability may be drawn. */
  readonly topP?: number | undefined;
  /** What is less likely than this share of the likeliest is left out. */
  readonly minP?: number | undefined;
};

/** How a passage is written. */
export type WritingSettings = SamplingSettings & {
  /** Characters (code points) to aim at. */
  readonly length: number;
};

/** What each setting may be, ends included. */
export const settingLimits = {
  temperature: { min: 0.1, max: 2 },
  length: { min: 1, max: 10_000 },
  topK: { min: 1, max: 100_000 },
  topP: { min: 0.01, max: 1 },
  minP: { min: 0, max: 1 },
} as const;

export const defaultSettings: WritingSettings = { temperature: 0.7, length: 120 };
