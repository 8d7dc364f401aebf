import { escapeText } from '../core/escape.js';
import { engines } from '../advise/advice.js';
import type { HardenReport, ReportedAdvice, ReportedAdviceEvidence } from './harden-report.js';
import { cut, tint, wrap, type Style } from './style.js';

/** How many pieces of evidence a line of advice shows. */
const shown = 4;

/** Each setting with its reason and what it rests on; what is withheld, not known, and left to whoever runs it. */
export function renderHardenText(report: HardenReport, style: Style): string {
  const { image, command, advice, withheld, unknown, left, complete, coverage } = report;
  const started = command.length === 0 ? 'nothing' : cut(style, escapeText(command.join(' ')), style.width - 8);
  const lines = [
    `${tint(style, 'bold', escapeText(image.reference))}  ${escapeText(image.platform)}`,
    `starts ${started}`,
    '',
    ...advice.flatMap((one) => adviceLines(one, style)),
    '',
    tint(style, 'bold', 'not given back'),
    ...withheld.flatMap(({ capability, reason }) => [
      `  ${capability}`,
      tint(style, 'dim', `      ${wrap(escapeText(reason), style.width - 6, '      ')}`),
    ]),
    ...section('not known', unknown, style),
    ...section('left to you', left, style),
    '',
    ...(complete
      ? []
      : [
          tint(
            style,
            'yellow',
            `not all of it was read: layers ${coverage.layersRead} of ${coverage.layersTotal}, packages ${coverage.packages}`,
          ),
        ]),
    'the same as one line, or as a pod: --format docker, podman or kubernetes',
    '',
  ];
  return lines.join('\n');
}

function adviceLines(
  { setting, value, engines: told, reason, evidence, confidence }: ReportedAdvice,
  style: Style,
): string[] {
  const only = told.length === engines.length ? '' : `, ${told.join(' and ')} only`;
  const from = evidence.slice(0, shown).map(evidenceText);
  const more = evidence.length > shown ? [`${evidence.length - shown} more`] : [];
  const rests = [...from, ...more].join(', ');
  return [
    `  ${tint(style, 'cyan', setting)} ${tint(style, 'bold', escapeText(value))}${tint(style, 'dim', `  (${confidence}${only})`)}`,
    `      ${wrap(escapeText(reason), style.width - 6, '      ')}`,
    ...(rests === '' ? [] : [tint(style, 'dim', `      ${wrap(escapeText(rests), style.width - 6, '      ')}`)]),
  ];
}

function evidenceText(one: ReportedAdviceEvidence): string {
  if (one.type === 'config') return one.value === undefined ? one.field : `${one.field} ${one.value || '(empty)'}`;
  if (one.type === 'package') return `${one.package ?? ''} of layer ${one.layer}`;
  return `${one.path ?? ''}${one.package === undefined ? '' : ` of ${one.package}`} in layer ${one.layer}`;
}

function section(title: string, texts: readonly string[], style: Style): readonly string[] {
  const bullets = texts.map((text) => `  - ${wrap(escapeText(text), style.width - 4, '    ')}`);
  return ['', tint(style, 'bold', title), ...bullets];
}
