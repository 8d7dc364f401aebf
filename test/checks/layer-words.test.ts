import { expect } from 'chai';
import { layerWords } from '../../src/checks/layer-words.js';
import { buildFrom } from '../examination/rig.js';
import { examinationOf } from './rig.js';

describe('layerWords', () => {
  const long = `RUN ${'x'.repeat(100)}`;
  const cases: readonly [instruction: string, words: string][] = [
    ['RUN dnf -y update', 'layer 1 (RUN dnf -y update)'],
    ['/bin/sh -c dnf -y   update\n&& true', 'layer 1 (dnf -y update && true)'],
    ['RUN /bin/sh -c dnf update # buildkit', 'layer 1 (RUN dnf update # buildkit)'],
    ['/bin/sh -c #(nop) COPY file:1 in /', 'layer 1 (COPY file:1 in /)'],
    [' ', 'layer 1'],
    [long, `layer 1 (${long.slice(0, 57)}...)`],
  ];
  for (const [instruction, words] of cases) {
    it(`calls one made by ${JSON.stringify(instruction.slice(0, 40))} ${words.slice(0, 40)}`, async () => {
      const built = buildFrom([[]], { history: [{ created_by: instruction }] });
      expect(layerWords(await examinationOf({ built }), 0)).to.equal(words);
    });
  }

  it('calls one by its number alone where the history does not tell', async () => {
    expect(layerWords(await examinationOf({ built: buildFrom([[]], { history: [] }) }), 0)).to.equal('layer 1');
  });
});
