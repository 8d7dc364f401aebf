import { evidenceLimit, type Finding } from './check.js';

/** Of what an image can repeat without end so many findings are made; the rest is counted. */
const limit = 20;

/** The first twenty; with one more that counts the others, of the worst outcome among them. `noun` names what they are. */
export function fewFindings(findings: readonly Finding[], noun: string): readonly Finding[] {
  const rest = findings.slice(limit);
  const [first] = rest;
  if (!first) return findings;
  const worst = rest.find(({ outcome }) => outcome === 'fail') ?? first;
  return [
    ...findings.slice(0, limit),
    {
      ...worst,
      message: `${rest.length} more ${noun}`,
      evidence: rest.flatMap(({ evidence }) => evidence).slice(0, evidenceLimit),
    },
  ];
}
