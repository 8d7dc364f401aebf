import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { TagMemory } from '../../src/state/tag-memory.js';

const tag = 'registry.test/app:1';
const digests = Array.from({ length: 60 }, (_, i) => digestOf(Buffer.from([i])));
const [a, b] = digests as [Digest, Digest];

function day(n: number): Date {
  return new Date(Date.UTC(2024, 0, n));
}

describe('the memory of tags', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgcheck-tags-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(at: Date, noted: readonly Digest[], name = tag): Promise<TagMemory> {
    const memory = new TagMemory(folder, at);
    for (const digest of noted) memory.note(name, digest);
    await memory.settle();
    return memory;
  }

  it('tells each digest from when to when it was seen, in the order of first appearance', async () => {
    await run(day(1), [a]);
    await run(day(2), [b]);
    await run(day(3), [b]);
    const memory = await run(day(4), [a]);
    expect(memory.writeError).to.equal(undefined);
    expect(await new TagMemory(folder, day(5)).recall(tag)).to.deep.equal({
      kept: true,
      seen: [
        { digest: a, first: day(1).toISOString(), last: day(4).toISOString() },
        { digest: b, first: day(2).toISOString(), last: day(3).toISOString() },
      ],
    });
  });

  it('answers as before the run, whatever the run notes', async () => {
    await run(day(1), [a]);
    const memory = new TagMemory(folder, day(2));
    memory.note(tag, b);
    expect((await memory.recall(tag)).seen.map(({ digest }) => digest)).to.deep.equal([a]);
    expect(memory.heard(tag)).to.deep.equal([b]);
  });

  it('does not keep what was only heard', async () => {
    const memory = new TagMemory(folder, day(1));
    memory.hear(tag, a);
    memory.note(tag, b);
    memory.hear(tag, b);
    await memory.settle();
    expect(memory.heard(tag)).to.deep.equal([a, b]);
    const { seen } = await new TagMemory(folder, day(2)).recall(tag);
    expect(seen.map(({ digest }) => digest)).to.deep.equal([b]);
  });

  it('keeps 50 digests of a tag: those seen last', async () => {
    for (const [i, digest] of digests.entries()) await run(day(i + 1), [digest, a]);
    const { seen } = await new TagMemory(folder, day(99)).recall(tag);
    expect(seen.map(({ digest }) => digest)).to.deep.equal([a, ...digests.slice(11)]);
  });

  it('keeps what was seen later when the clock goes back', async () => {
    await run(day(9), [a]);
    await run(day(1), [a]);
    expect((await new TagMemory(folder, day(10)).recall(tag)).seen).to.deep.equal([
      { digest: a, first: day(9).toISOString(), last: day(9).toISOString() },
    ]);
  });

  for (const [title, text, reason] of [
    ['is cut short', '{"version":1,"tag":"regis', /is not JSON/],
    ['is empty', '', /is not JSON/],
    ['is of a later version', '{"version":2}', /version 2, not 1/],
    ['is of another tag', '{"version":1,"tag":"registry.test/other:1","seen":[]}', /of another tag/],
    ['has a digest that is none', `{"version":1,"tag":"${tag}","seen":[{"digest":"x","first":"","last":""}]}`, /date/],
    ['is larger than any may be', ' '.repeat(70_000), /exceed/],
    [
      'lists 51 digests',
      JSON.stringify({
        version: 1,
        tag,
        seen: digests.slice(0, 51).map((digest) => ({ digest, first: '2024-01-01T00:00:00.000Z', last: '' })),
      }),
      /51 items/,
    ],
  ] as const) {
    it(`says so when a record ${title}, and starts anew`, async () => {
      await run(day(1), [a]);
      const [name = ''] = await readdir(join(folder, 'tags'));
      await writeFile(join(folder, 'tags', name), text);
      const memory = new TagMemory(folder, day(2));
      const past = await memory.recall(tag);
      expect(past.seen).to.deep.equal([]);
      expect(past.damage).to.match(reason);
      memory.note(tag, b);
      await memory.settle();
      const after = await new TagMemory(folder, day(3)).recall(tag);
      expect(after.damage).to.equal(undefined);
      expect(after.seen.map(({ digest }) => digest)).to.deep.equal([b]);
    });
  }

  it('is never torn by runs that write at the same time', async () => {
    await Promise.all(digests.slice(0, 30).map((digest, i) => run(day(i + 1), [digest])));
    const past = await new TagMemory(folder, day(40)).recall(tag);
    expect(past.damage).to.equal(undefined);
    expect(past.seen).not.to.deep.equal([]);
    expect(await readdir(join(folder, 'tags'))).to.have.length(1);
  });

  it('merges what another run wrote after this one had read', async () => {
    const slow = new TagMemory(folder, day(2));
    await slow.recall(tag);
    await run(day(1), [a]);
    slow.note(tag, b);
    await slow.settle();
    const { seen } = await new TagMemory(folder, day(3)).recall(tag);
    expect(seen.map(({ digest }) => digest)).to.deep.equal([a, b]);
  });

  it('remembers within the run alone without a folder', async () => {
    const memory = new TagMemory(undefined, day(1));
    memory.note(tag, a);
    await memory.settle();
    expect(await memory.recall(tag)).to.deep.equal({ seen: [], kept: false });
    expect(memory.heard(tag)).to.deep.equal([a]);
  });

  it('keeps tags apart, and their names in the files', async () => {
    await run(day(1), [a]);
    await run(day(1), [b], 'registry.test/app:2');
    const names = await readdir(join(folder, 'tags'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'tags', name), 'utf8')));
    expect(texts.map((text) => (JSON.parse(text) as { tag: string }).tag).sort()).to.deep.equal([
      tag,
      'registry.test/app:2',
    ]);
  });
});
