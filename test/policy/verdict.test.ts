import { expect } from 'chai';
import type { Check, Finding, Outcome } from '../../src/checks/check.js';
import { rebuildReasons } from '../../src/freshness/rebuild-when.js';
import { builtInPolicy, type Requirement } from '../../src/policy/policy.js';
import { judge, worstExitCode } from '../../src/policy/verdict.js';
import { examinationOf } from '../checks/rig.js';
import type { Examination } from '../../src/examination/examination.js';

/** `fail`, `unknown idle` ...: a check of one finding. */
interface Asked {
  readonly answers: readonly string[];
  readonly requirement: Requirement;
  readonly mended?: boolean;
}

function checkOf({ answers, mended = false }: Asked, i: number): Check {
  const findings = answers.map((text): Finding => {
    const [outcome, idle] = text.split(' ');
    return { outcome: outcome as Outcome, message: text, evidence: [], ...(idle === 'idle' ? { idle: true } : {}) };
  });
  return {
    id: `check-${i}`,
    asks: 'Is it?',
    reason: 'It is.',
    remedy: 'Do.',
    mendedByRebuild: mended,
    evaluate: () => findings as [Finding, ...Finding[]],
  };
}

const must = (...answers: string[]): Asked => ({ answers, requirement: 'required' });
const rebuilt = (...answers: string[]): Asked => ({ answers, requirement: 'required', mended: true });
const shown = (...answers: string[]): Asked => ({ answers, requirement: 'advisory' });
const off = (...answers: string[]): Asked => ({ answers, requirement: 'off' });

describe('judge', () => {
  let examination: Examination;
  before(async () => {
    examination = await examinationOf();
  });

  const verdictOn = (asked: readonly Asked[]) => {
    const named = new Map(asked.map(({ requirement }, i) => [`check-${i}`, requirement]));
    return judge(examination, asked.map(checkOf), { ...builtInPolicy, checks: named });
  };

  const cases: readonly [what: string, asked: readonly Asked[], outcome: Outcome, exitCode: number][] = [
    ['passes', [must('pass'), must('pass')], 'pass', 0],
    ['no check at all', [], 'pass', 0],
    ['a failure', [must('pass'), must('fail')], 'fail', 1],
    ['a doubt', [must('pass'), must('unknown')], 'unknown', 3],
    ['a failure beside a doubt', [must('unknown'), must('fail')], 'fail', 1],
    ['a failure that a rebuild mends', [must('pass'), rebuilt('fail')], 'fail', 4],
    ['two that a rebuild mends', [rebuilt('fail'), rebuilt('fail')], 'fail', 4],
    ['one that a rebuild mends beside one that it does not', [rebuilt('fail'), must('fail')], 'fail', 1],
    ['one that a rebuild mends beside a doubt', [rebuilt('fail'), must('unknown')], 'fail', 4],
    ['a doubt about what a rebuild would mend', [rebuilt('unknown')], 'unknown', 3],
    ['an advisory failure', [must('pass'), shown('fail')], 'pass', 0],
    ['an advisory doubt', [must('pass'), shown('unknown')], 'pass', 0],
    ['an advisory failure beside one that a rebuild mends', [shown('fail'), rebuilt('fail')], 'fail', 4],
    ['a check that is off', [off('fail'), must('pass')], 'pass', 0],
    ['a question that did not arise', [must('unknown idle')], 'pass', 0],
    ['one finding of several that fails', [must('pass', 'fail', 'unknown')], 'fail', 1],
    ['one finding of several in doubt, another idle', [must('pass', 'unknown', 'unknown idle')], 'unknown', 3],
  ];
  for (const [what, asked, outcome, exitCode] of cases) {
    it(`makes ${outcome} and ${exitCode} of ${what}`, () => {
      const verdict = verdictOn(asked);
      expect([verdict.outcome, verdict.exitCode]).to.deep.equal([outcome, exitCode]);
      expect(verdict.rebuild).to.equal(exitCode === 4);
    });
  }

  it('tells every check what a rebuild is wanted for', () => {
    const asked: (string | undefined)[] = [];
    const check: Check = {
      ...checkOf(must('pass'), 0),
      evaluate: (_examination, rebuildWhen) => {
        asked.push(rebuildWhen);
        return [{ outcome: 'pass', message: 'pass', evidence: [] }];
      },
    };
    for (const rebuildWhen of rebuildReasons) judge(examination, [check], { ...builtInPolicy, rebuildWhen });
    expect(asked).to.deep.equal(rebuildReasons);
  });

  it('keeps every finding but those of checks that are off, and says which bind', () => {
    const { findings } = verdictOn([must('pass', 'unknown idle'), shown('fail'), off('fail')]);
    expect(findings.map(({ check, finding, required }) => [check.id, finding.message, required])).to.deep.equal([
      ['check-0', 'pass', true],
      ['check-0', 'unknown idle', false],
      ['check-1', 'fail', false],
    ]);
  });

  describe('with exceptions', () => {
    const evidence = ['/a', '/b'].map((path) => ({ type: 'file', layer: 'sha256:0', path }) as const);
    const check: Check = {
      ...checkOf(must('fail'), 0),
      evaluate: () => [{ outcome: 'fail', message: 'two files', evidence }],
    };
    const verdictBut = (path: string, expiry = '2024-06-01', requirement: Requirement = 'required') => {
      const match = { path };
      const exceptions = [{ check: 'check-0', match, reason: 'why', owner: 'me', expiry, from: 'p.yaml:3' }];
      return judge(examination, [check], {
        ...builtInPolicy,
        checks: new Map([['check-0', requirement]]),
        exceptions,
      });
    };

    it('passes where all that failed is waived, and still shows it', () => {
      const { exitCode, outcome, findings, exceptions } = verdictBut('/*');
      expect([outcome, exitCode]).to.deep.equal(['pass', 0]);
      expect(
        findings.map(({ finding, required, exception }) => [finding.outcome, required, exception?.owner]),
      ).to.deep.equal([['fail', false, 'me']]);
      expect(exceptions.map(({ state }) => state)).to.deep.equal(['applied']);
    });

    it('fails for the part that is not waived', () => {
      const { exitCode, findings } = verdictBut('/a');
      expect(exitCode).to.equal(1);
      expect(findings.map(({ finding, required }) => [finding.message.slice(0, 2), required])).to.deep.equal([
        ['/b', true],
        ['/a', false],
      ]);
    });

    it('fails once the exception has expired', () => {
      const { exitCode, exceptions } = verdictBut('/*', '2024-05-31');
      expect(exitCode).to.equal(1);
      expect(exceptions.map(({ state }) => state)).to.deep.equal(['expired']);
    });

    it('says nothing of exceptions from checks that were not asked', () => {
      expect(verdictBut('/*', '2024-05-31', 'off').exceptions).to.deep.equal([]);
      const none = judge(examination, [], verdictBut('/*').policy);
      expect(none.exceptions).to.deep.equal([]);
    });
  });
});

describe('worstExitCode', () => {
  const order = [15, 14, 16, 11, 12, 13, 10, 1, 4, 3, 0];

  it('puts them in the order that docs/exit-codes.md gives', () => {
    for (const [i, worse] of order.entries()) {
      for (const better of order.slice(i)) {
        expect(worstExitCode([better, worse])).to.equal(worse);
        expect(worstExitCode([worse, better])).to.equal(worse);
      }
    }
    expect(worstExitCode(order)).to.equal(15);
  });

  it('puts a bug and a code that is not known above all', () => {
    expect(worstExitCode([0, 15, 70])).to.equal(70);
    expect(worstExitCode([0, 130])).to.equal(130);
  });

  it('is 0 for no image', () => {
    expect(worstExitCode([])).to.equal(0);
  });
});
