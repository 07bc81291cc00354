import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { certainSession } from '../../fakes/noise-session.ts';
import { startChat, vocabulary } from './start-chat.ts';

/** A chat that has told 孙悟空 听了。 | 大笑。 and, from 听了。 on, 去也 。 */
async function told(columns = 80) {
  const chat = startChat({ session: certainSession(vocabulary, '孙悟空听了。大笑。不见。'), columns });
  await chat.answer();
  for (const line of ['l 1', '孙悟空', '', '/goto 2', '去也']) await chat.type(line);
  return chat;
}

describe('the tree', () => {
  it('shows forks, numbers, who wrote what and where one is, and fits a narrow terminal', async () => {
    for (const columns of [80, 40]) {
      const chat = await told(columns);
      const rows = (await chat.type('/tree')).split('\n');
      expect(rows.slice(0, 5)).toEqual([
        '1 you   孙悟空',
        '  2 xuxie 听了。',
        '  3 xuxie ├─ 大笑。',
        '  4 you   └─ 去也',
        expect.stringMatching(/^● 5 xuxie {4}\S/),
      ]);
      expect(rows[5]).toContain('● is where you are');
      await chat.leave();
    }
  });

  it('fills no more than a row with long passages, forks and names of branches', async () => {
    const chat = startChat({ columns: 40 });
    await chat.answer();
    for (const line of [
      '孙悟空'.repeat(20),
      'r',
      '',
      '/goto 3',
      '',
      '/branch 一个很长的名字',
      '/goto 1',
      '/write 去也',
    ]) {
      await chat.type(line);
    }
    const rows = (await chat.type('tree all')).split('\n').slice(0, -2);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(stringWidth(row), row).toBeLessThanOrEqual(40);
    await chat.leave();
  });

  it('keeps the numbers of passages as the story grows', async () => {
    const chat = await told();
    await chat.type('/goto 3');
    await chat.type('');
    const tree = await chat.type('树');
    expect(tree).toMatch(/3 xuxie ├─ 大笑。/);
    expect(tree).toMatch(/● 6 xuxie │ {2}不见。/);
    expect(tree).toMatch(/4 you {3}└─ 去也 \+1/);
    expect(await chat.type('tree all')).toMatch(/5 xuxie {4}/);
    await chat.leave();
  });

  it('is empty at first', async () => {
    const chat = startChat();
    await chat.answer();
    expect(await chat.type('/tree')).toContain('There is no story here yet');
    await chat.type('孙悟空');
    await chat.type('u');
    expect(await chat.type('/tree')).toContain('You are at the start');
    await chat.leave();
  });
});

describe('goto', () => {
  it('goes to any passage and back, and to the start', async () => {
    const chat = await told();
    expect(await chat.type('/goto 3')).toMatch(/^At passage 3.*\n大笑。$/);
    expect(await chat.type('/跳到2')).toMatch(/^At passage 2.*\n　　孙悟空听了。$/);
    expect(await chat.type('U')).toMatch(/大笑。$/);
    expect(await chat.type('goto 3')).toMatch(/already.*\n大笑。$/);
    expect(await chat.type('goto 0')).toContain('At the start');
    expect(await chat.type('')).toMatch(/^却说悟空/);
    await chat.leave();
  });

  it('tells how to go back, and that the branch ends there', async () => {
    const chat = await told();
    expect(await chat.type('/goto 3')).toMatch(/^At passage 3; \/goto 5 goes back\./);
    expect(await chat.type('/goto 5')).toMatch(/去也/);
    await chat.type('/branch 雨夜');
    expect(await chat.type('/goto 2')).toMatch(/^At passage 2, where branch 雨夜 now ends; U goes back\./);
    expect(await chat.type('U')).toMatch(/去也/);
    expect(await chat.type('/goto 0')).toMatch(/^At the start, where branch 雨夜 now ends; U goes back\./);
    await chat.leave();
  });

  it('says which numbers there are', async () => {
    const chat = await told();
    expect(await chat.type('/goto 6')).toContain('There is no passage 6: they have the numbers 1 to 5.');
    expect(await chat.type('/goto here')).toContain('There is no passage here');
    expect(await chat.type('/goto')).toContain('like this: /goto N');
    await chat.leave();
  });
});

describe('compare', () => {
  it('shows where two passages part and both sides', async () => {
    const chat = await told();
    const seen = await chat.type('/compare 3 4');
    expect(seen).toMatch(
      /^Both go on from passage 2 \(听了。\)\.\n— to passage 3:\n大笑。\n— to passage 4:\n去也$/,
    );
    expect(await chat.type('/比较 3')).toMatch(/— to passage 3:\n大笑。\n— to passage 5:\n去也/);
    expect(await chat.type('/compare 1 2')).toMatch(
      /passage 1 is where they part.*\n— to passage 2:\n听了。$/,
    );
    expect(await chat.type('/compare')).toContain('like this: /compare N M');
    expect(await chat.type('/compare 1 9')).toContain('There is no passage 9');
    await chat.leave();
  });
});

describe('branches', () => {
  it('begin here under a name, stand where they were left, and are listed', async () => {
    const chat = await told();
    expect(await chat.type('/branch 雨夜')).toContain('now write on branch 雨夜. Branch main stays');
    await chat.type('/goto 3');
    expect(await chat.type('/switch main')).toMatch(/^On branch main.*\n去也/);
    expect(await chat.type('/切换 雨夜')).toMatch(/^On branch 雨夜.*\n大笑。$/);
    const list = await chat.type('分支');
    expect(list).toMatch(/^main {2}5 /m);
    expect(list).toMatch(/^● 雨夜 {2}3 大笑。$/m);
    expect(await chat.type('tree')).toMatch(/大笑。 \[雨夜\]/);
    expect(await chat.type('/branch 雨夜')).toContain('雨夜');
    expect(await chat.type('/switch 晴天')).toContain('晴天');
    await chat.leave();
  });

  it('are not shown in a tree that has only one', async () => {
    const chat = await told();
    expect(await chat.type('tree')).not.toContain('[main]');
    await chat.leave();
  });
});
