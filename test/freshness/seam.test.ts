import { expect } from 'chai';
import { seamDoubt, suspectedSeam } from '../../src/freshness/seam.js';
import { makeImage, someTime } from './rig.js';

const line = (created_by: string, more: object = {}) => ({ created: someTime, created_by, ...more });
const empty = (created_by: string) => line(created_by, { empty_layer: true });
const withHistory = (layers: number, history: readonly object[]) =>
  makeImage('r.test/x:1', {
    layers: Array.from({ length: layers }, (_, i) => `l${i}`),
    history: history as Record<string, unknown>[],
  });

describe('suspectedSeam', () => {
  const commands = [
    'CMD ["bash"]',
    '/bin/sh -c #(nop)  CMD ["bash"]',
    '/bin/sh -c #(nop) ENTRYPOINT ["/x"]',
    'ENTRYPOINT ["/x"]',
    'cmd /S /C #(nop)  CMD ["cmd"]',
  ];
  for (const command of commands) {
    it(`sees ${command} below a layer`, async () => {
      const seam = suspectedSeam(await withHistory(2, [line('ADD x /'), empty(command), line('RUN y')]));
      expect(seam).to.deep.equal({ layers: 1, hint: 'the history sets a command after layer 1 of 2' });
    });
  }

  for (const words of ['ENV CMD=x', 'LABEL about="the CMD of it"', 'ENV ENTRYPOINT_DIR=/x']) {
    it(`is not misled by ${words}`, async () => {
      expect(suspectedSeam(await withHistory(2, [line('ADD x /'), empty(words), line('RUN y')]))).to.equal(undefined);
    });
  }

  it('sees none in a command above the last layer', async () => {
    const image = await withHistory(2, [line('ADD x /'), line('RUN y'), empty('CMD ["bash"]')]);
    expect(suspectedSeam(image)).to.equal(undefined);
  });

  it('takes the highest of several commands', async () => {
    const image = await withHistory(3, [line('ADD'), empty('CMD a'), line('RUN'), empty('CMD b'), line('COPY')]);
    expect(suspectedSeam(image)?.layers).to.equal(2);
  });

  it('sees the first line that BuildKit made above another builder’s', async () => {
    const own = { comment: 'buildkit.dockerfile.v0' };
    expect(suspectedSeam(await withHistory(2, [line('x'), line('RUN y', own)]))?.layers).to.equal(1);
    expect(suspectedSeam(await withHistory(2, [line('x', own), line('RUN y', own)]))).to.equal(undefined);
  });

  it('sees a day between neighbours, forward and back', async () => {
    const image = (second: string) =>
      makeImage('r.test/x:1', { layers: ['a', 'b'], dates: ['2024-05-01T00:00:00Z', second] });
    expect(suspectedSeam(await image('2024-05-01T23:00:00Z'))).to.equal(undefined);
    expect(suspectedSeam(await image('2024-05-02T00:00:00Z'))?.hint).to.equal(
      'layer 2 was made 1 day after the one below',
    );
    expect(suspectedSeam(await image('2024-04-01T00:00:00Z'))?.hint).to.equal(
      'layer 2 was made 30 days before the one below',
    );
    expect(suspectedSeam(await image('1970-01-01T00:00:00Z'))).to.equal(undefined);
  });
});

describe('seamDoubt', () => {
  it('has no doubt about one layer, or about dated ones', async () => {
    expect(seamDoubt(await withHistory(1, []))).to.equal(undefined);
    expect(seamDoubt(await withHistory(2, [line('x'), line('y')]))).to.equal(undefined);
  });

  it('doubts several layers whose history is missing, does not add up, or has zeroed dates', async () => {
    expect(seamDoubt(await withHistory(2, []))).to.match(/history does not say/);
    expect(seamDoubt(await withHistory(2, [line('x')]))).to.match(/history does not say/);
    const zero = { created: '1970-01-01T00:00:00Z' };
    expect(seamDoubt(await withHistory(2, [line('x', zero), line('y', zero)]))).to.match(/no dates/);
  });
});
