/** Values that a message may name. */
export type MessageParams = Readonly<Record<string, string | number>>;

/**
 * Something the user can mend. `code` is a key of the message catalogues (`errors.<code>`), never prose:
 * the sentence is made where the user's language is known. Anything else that is thrown is a bug.
 */
export class UserError extends Error {
  readonly code: string;
  readonly params: MessageParams;

  constructor(code: string, params: MessageParams = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(params)}`, options);
    this.name = 'UserError';
    this.code = code;
    this.params = params;
  }
}
