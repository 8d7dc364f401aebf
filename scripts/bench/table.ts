import { availableParallelism, cpus } from 'node:os';
import type { Figure } from './figures.js';
import type { Sample } from './measure.js';

export interface Result {
  readonly figure: Figure;
  readonly ours: Sample;
  readonly peers: readonly Sample[];
}

const head = ['figure', 'command', 'wall s', 'CPU s', 'peak MiB', 'imgcheck / it'] as const;

function rowsOf(results: readonly Result[]): readonly (readonly string[])[] {
  return results.flatMap(({ figure, ours, peers }) => [
    [figure.name, figure.ours.name, ...numbers(ours), ''],
    ...figure.peers.map((peer, i) => {
      const sample = peers[i];
      return sample ? ['', peer.name, ...numbers(sample), (ours.wall / sample.wall).toFixed(2)] : [];
    }),
  ]);
}

function numbers({ wall, cpu, peak }: Sample): string[] {
  return [wall.toFixed(3), cpu?.toFixed(2) ?? '-', peak === undefined ? '-' : (peak / 1024).toFixed(0)];
}

/** For a terminal. */
export function renderTable(results: readonly Result[]): string {
  const rows = [head, ...rowsOf(results)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return `${rows.map((row) => line(row).trimEnd()).join('\n')}\n`;
}

export interface Told {
  readonly runs: number;
  readonly requests: string;
  readonly damaged: string | undefined;
  readonly date: Date;
}

/** For docs/benchmarks.md: nothing in it tells which machine of which person it was. */
export function renderDocument(results: readonly Result[], { runs, requests, damaged, date }: Told): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${date.toISOString().slice(0, 10)}:
${availableParallelism()} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}.

${[row(head), row(head.map(() => '---')), ...rowsOf(results).map(row)].join('\n')}

${results.map(({ figure }) => `- **${figure.name}**: ${figure.about}.`).join('\n')}

Requests of \`imgcheck freshness\`: ${requests}.
${damaged === undefined ? '' : `\nOf the shared collection of databases, ${damaged}.\n`}
## Method

Whole processes with their children, medians of ${runs} runs after one to warm up. A figure's commands run in turn, so that
what slows the machine for a while slows them all; the ratio is of two medians. The registry is a real
docker-registry over TLS on loopback: its own work is in every figure that fetches, since it shares the cores.
Files are in the page cache. CPU is user and system time of all processes of a command, the peak is that of its largest
process. \`imgcheck\` is the compiled program, without its facts cache.

The images are made on the spot. The big layer holds files of the machine (programs, libraries, texts, scripts), so it
differs a little between machines; the others are the same everywhere.
`;
}
