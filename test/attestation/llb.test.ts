import { expect } from 'chai';
import { followToSource, readBuildSteps } from '../../src/attestation/llb.js';
import { Fields, parseJson } from '../../src/core/json.js';
import { jsonBytes } from '../support/build-image.js';
import { BuildSteps } from '../support/buildkit.js';

const [base, golang] = ['docker-image://r.test/base:9', 'docker-image://r.test/golang:1'];

function read(steps: readonly object[]): ReturnType<typeof readBuildSteps> {
  return readBuildSteps(new Fields(parseJson(jsonBytes({ llb: steps }), 'build'), 'build'), 'llb');
}

/** What the steps lead to, in a word. */
function follow(steps: readonly object[]): string | undefined {
  const found = followToSource(read(steps));
  return found === undefined || found === 'nothing' ? found : found.source;
}

describe('attestation/llb', () => {
  for (const sparse of [false, true]) {
    describe(sparse ? 'as newer BuildKit writes it, without zeros' : 'as older BuildKit writes it', () => {
      const builds: readonly [what: string, lead: string | undefined, build: (steps: BuildSteps) => number][] = [
        ['an image as it is', base, (steps) => steps.source(base)],
        ['through commands', base, (steps) => steps.run(steps.run(steps.source(base)))],
        [
          'not into what is copied from',
          base,
          (steps) => {
            const [builder, own] = [steps.run(steps.source(golang)), steps.source(base)];
            return steps.copy(own, builder);
          },
        ],
        [
          'not into what is mounted',
          base,
          (steps) => {
            const [builder, own] = [steps.source(golang), steps.source(base)];
            return steps.run(own, builder);
          },
        ],
        [
          'to the lowest of what is merged',
          base,
          (steps) => {
            const [builder, own] = [steps.source(golang), steps.source(base)];
            return steps.merge(steps.run(own), steps.copy(undefined, builder));
          },
        ],
        ['to nothing for a copy onto nothing', 'nothing', (steps) => steps.copy(undefined, steps.source(golang))],
        ['to files that are no image', 'local://context', (steps) => steps.run(steps.source('local://context'))],
        [
          'nowhere from a nested build',
          undefined,
          (steps) => steps.add({ build: { builder: 0 } }, [steps.source(base)]),
        ],
        ['nowhere from an operation not known', undefined, (steps) => steps.add({ novel: {} }, [steps.source(base)])],
      ];
      for (const [what, lead, build] of builds) {
        it(`leads ${what}`, () => {
          const steps = new BuildSteps({ sparse });
          expect(follow(steps.result(build(steps)))).to.equal(lead);
        });
      }
    });
  }

  it('follows actions of one step, one made on the other', () => {
    const steps = new BuildSteps();
    const [builder, own] = [steps.source(golang), steps.source(base)];
    const actions = [
      { Action: { mkdir: {} }, input: 1, output: -1 },
      { Action: { rm: {} }, input: 0, output: 1 },
      { Action: { copy: {} }, input: 2, secondaryInput: 0, output: 0 },
    ];
    steps.add({ file: { actions } }, [builder, own]);
    expect(follow(steps.result(2))).to.equal(base);
  });

  it('follows the output that is asked for, not the first', () => {
    const steps = new BuildSteps();
    const mounts = [
      { dest: '/', input: 0, output: 0 },
      { dest: '/out', input: 1, output: 1 },
    ];
    steps.add({ exec: { mounts } }, [steps.source(golang), steps.source(base)]);
    steps.result(2);
    const made = steps.steps.map((step, i) => (i === 3 ? { ...step, inputs: ['step2:1'] } : step));
    expect(follow(made)).to.equal(base);
  });

  const differences: readonly [what: string, diff: object, lead: string][] = [
    ['to nothing for what differs between two', { lower: { input: 0 }, upper: { input: 1 } }, 'nothing'],
    ['to the upper one for a difference to nothing', { lower: { input: -1 }, upper: { input: 1 } }, base],
  ];
  for (const [what, diff, lead] of differences) {
    it(`leads ${what}`, () => {
      const steps = new BuildSteps();
      steps.add({ diff }, [steps.source(golang), steps.source(base)]);
      expect(follow(steps.result(2))).to.equal(lead);
    });
  }

  it('keeps the platform of a step', () => {
    const steps = new BuildSteps();
    const [source] = read(steps.result(steps.source(base, ['linux', 'arm64'])));
    expect(source?.platform).to.deep.equal({ os: 'linux', architecture: 'arm64' });
  });

  describe('from a hostile hand', () => {
    it('ends where steps go in a circle', () => {
      const circle = ['step1:0', 'step0:0'].map((input, i) => ({ id: `step${i}`, op: { Op: null }, inputs: [input] }));
      expect(follow(circle)).to.equal(undefined);
      expect(follow([{ id: 'step0', op: { Op: null }, inputs: ['step0:0'] }])).to.equal(undefined);
    });

    it('leads nowhere from inputs that are not there, and from no steps', () => {
      expect(follow([{ id: 'a', op: { Op: null }, inputs: ['b:0'] }])).to.equal(undefined);
      expect(follow([{ id: 'a', op: { Op: { exec: { mounts: [{ dest: '/', input: 7 }] } } } }])).to.equal(undefined);
      expect(follow([{ id: 'a' }])).to.equal(undefined);
      expect(follow([])).to.equal(undefined);
    });

    it('follows a chain of 10,000 steps', () => {
      const steps = new BuildSteps();
      let last = steps.source(base);
      while (last < 9998) last = steps.run(last);
      expect(follow(steps.result(last))).to.equal(base);
    });

    const refused: readonly [what: string, steps: readonly object[], words: RegExp][] = [
      ['more than 10,000 steps', Array.from({ length: 10_001 }, (_, i) => ({ id: `${i}` })), /more than 10000/],
      ['two steps of one id', [{ id: 'a' }, { id: 'a' }], /two steps a/],
      ['a step without id', [{}], /id is missing/],
      ['an input that is none', [{ id: 'a', inputs: ['b'] }], /not an input of a step: b/],
      ['the output of an input past all bounds', [{ id: 'a', inputs: ['b:99999999999'] }], /not an input/],
      [
        'an action made on a later one',
        [{ id: 'a', op: { Op: { file: { actions: [{ input: 0 }] } } } }],
        /made on an action that is not before it/,
      ],
      [
        'a mount of no number',
        [{ id: 'a', op: { Op: { exec: { mounts: [{ input: 'x' }] } } } }],
        /input is not the number of an input/,
      ],
      [
        'a mount of a number below nothing',
        [{ id: 'a', op: { Op: { exec: { mounts: [{ input: -2 }] } } } }],
        /input is not the number of an input/,
      ],
    ];
    for (const [what, steps, words] of refused) {
      it(`refuses ${what}`, () => {
        expect(() => read(steps)).to.throw(words);
      });
    }
  });
});
