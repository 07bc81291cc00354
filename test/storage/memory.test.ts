import { storeContract } from '../contracts/store.ts';
import { memoryStorage } from '../fakes/memory-storage.ts';

storeContract('The fake', async () => {
  const storage = memoryStorage();
  return {
    open: async () => storage,
    refuse: async () => {
      storage.failNext(new Error('refused'));
      storage.failNext(new Error('refused'));
      return async () => {};
    },
  };
});
