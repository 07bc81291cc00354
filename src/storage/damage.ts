import type { UserError } from '#errors';

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

/** Who is told what. */
export type Listeners = {
  /** Is told of everything that was found damaged. */
  onDamage?: ((damage: Damage) => void) | undefined;
  /** Is told what may lose acknowledged text: `storage.redis-not-durable`, `storage.redis-evicts`, `storage.cut-off`. */
  onWarning?: ((warning: UserError) => void) | undefined;
};
