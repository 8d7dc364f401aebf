import { keywords } from './dockerfile.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const dockerfileSyntax: LintRule = {
  id: 'dockerfile-syntax',
  asks: 'Can a builder read the Dockerfile?',
  reason:
    'What a builder refuses is never built, and what it reads otherwise than it was meant is not what was reviewed.',
  remedy: 'Correct the line; the Dockerfile reference lists every instruction.',
  dockerfile({ instructions, stages }) {
    const findings: RuleFinding[] = [];
    const say = (offset: number, message: string): void => void findings.push({ offset, severity: 'error', message });
    const first = stages[0]?.from.offset;
    if (first === undefined) say(0, 'there is no FROM');
    for (const { keyword, offset, words, heredocs } of instructions) {
      if (!keywords.has(keyword)) say(offset, `${keyword.slice(0, 40)} is no instruction of a Dockerfile`);
      else if (first !== undefined && offset < first && keyword !== 'ARG')
        say(offset, `${keyword} stands before the first FROM, where only ARG may`);
      else if (words.length === 0) say(offset, `${keyword} says nothing`);
      for (const heredoc of heredocs) {
        if (!heredoc.terminated)
          say(heredoc.offset, `the here-document ${heredoc.name} has no end: no line is ${heredoc.name} alone`);
      }
    }
    return findings;
  },
};
