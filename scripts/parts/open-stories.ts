import { UserError } from '#errors';
import { type Core, type CoreConfig, openCore } from '../../src/open-core.ts';

/**
 * `openCore` for the stories of the chat, of which no other folder has any.
 * @throws UserError `chat.in-use` if the chat runs, and what else `openCore` throws
 */
export async function openStories(config: CoreConfig): Promise<Core> {
  try {
    return await openCore(config);
  } catch (error) {
    if (error instanceof UserError && error.code === 'storage.in-use')
      throw new UserError('chat.in-use', error.params, { cause: error });
    throw error;
  }
}
