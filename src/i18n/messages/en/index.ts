import bench from './bench.json' with { type: 'json' };
import books from './books.json' with { type: 'json' };
import chat from './chat.json' with { type: 'json' };
import cli from './cli.json' with { type: 'json' };
import generation from './generation.json' with { type: 'json' };
import model from './model.json' with { type: 'json' };
import registry from './registry.json' with { type: 'json' };
import storage from './storage.json' with { type: 'json' };
import story from './story.json' with { type: 'json' };
import text from './text.json' with { type: 'json' };
import train from './train.json' with { type: 'json' };

export default {
  ...bench,
  ...books,
  ...chat,
  ...cli,
  ...generation,
  ...model,
  ...registry,
  ...storage,
  ...story,
  ...text,
  ...train,
};
