/** What was found damaged: one record, which is set aside under `quarantine/` in its store, or a file. */
export type Damage =
  | { readonly kind: string; readonly key: string }
  | {
      readonly file: string;
      /** Where the damaged file now lies; a cache is deleted. */
      readonly movedTo: string | undefined;
      /** Records that stand in the fresh file. */
      readonly recovered: number;
      /** Records that are known to be gone; `undefined` where nobody can say. */
      readonly lost: number | undefined;
    };
