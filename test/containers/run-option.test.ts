import { expect } from 'chai';
import { isOff, isPlaceholder, readRunOptions } from '../../src/containers/run-option.js';
import { splitShell } from '../../src/core/shell.js';

describe('containers/run-option', () => {
  it('names every option in full, with the place of its value', () => {
    const [words = []] = splitShell('-itv /a:/b -e A=b --net host --privileged=0 ${OPT1} -w/x image --rm');
    expect(readRunOptions(words)).to.deep.equal([
      { name: 'interactive', value: 'true', offset: 0 },
      { name: 'tty', value: 'true', offset: 0 },
      { name: 'volume', value: '/a:/b', offset: 5 },
      { name: 'env', value: 'A=b', offset: 14 },
      { name: 'network', value: 'host', offset: 24 },
      { name: 'privileged', value: '0', offset: 29 },
      { name: 'workdir', value: '/x', offset: 52 },
    ]);
  });

  it('knows how Go writes false', () => {
    for (const value of ['false', 'False', '0', 'f', 'F']) expect(isOff(value)).to.equal(true);
    for (const value of ['true', '1', '', 'no']) expect(isOff(value)).to.equal(false);
  });

  it('tells the image from what stands for options', () => {
    for (const word of ['${OPT1}', '$OPT2', '${NAME}']) expect(isPlaceholder(word)).to.equal(true);
    for (const word of ['${IMAGE}', '$IMAGE', 'OPT1', '$', '${A}b', '$(a)'])
      expect(isPlaceholder(word)).to.equal(false);
  });
});
