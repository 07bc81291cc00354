/** The sizes of the student's note, which every bench measures at; the rest is the preset `seed`. */
export const VOCABULARY = 4709;
export const TEMPERATURE = 0.7;
/** Candidates of a peer that draws from the best; ours draws from all within reach. */
export const TOP_K = 64;
