import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A command as it is measured: a whole process with all its children. */
export interface Command {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are an answer; 0 alone unless told. */
  readonly answers?: readonly number[];
}

/** One run, or the medians of several. Seconds, and KiB of the largest process; undefined without time(1). */
export interface Sample {
  readonly wall: number;
  readonly cpu: number | undefined;
  readonly peak: number | undefined;
}

const time = '/usr/bin/time';
const hasTime = existsSync(time);

/**
 * Runs the commands in turn, a round to warm up and then `runs` rounds: what slows the machine slows them all.
 * They see nothing of the user's environment (certificates, proxies, policies) but the PATH, and `home` as their home.
 */
export async function measureInterleaved(
  commands: readonly Command[],
  runs: number,
  home: string,
): Promise<readonly Sample[]> {
  const samples: Sample[][] = commands.map(() => []);
  for (let round = 0; round <= runs; round++) {
    for (const [i, command] of commands.entries()) {
      const sample = await measureOnce(command, home);
      if (round > 0) samples[i]?.push(sample);
    }
  }
  return samples.map(mediansOf);
}

function measureOnce(command: Command, home: string): Promise<Sample> {
  const argv = hasTime ? [time, '-q', '-f', '%U %S %M', ...command.argv] : command.argv;
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(argv[0] ?? '', argv.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: home, ...command.env },
    });
    let words = '';
    child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
    child.on('error', reject);
    child.on('close', (code) => {
      const wall = (performance.now() - start) / 1000;
      if (code === null || !(command.answers ?? [0]).includes(code)) {
        reject(new Error(`${command.name} ended with ${code}: ${words}`));
        return;
      }
      const [user, system, peak] = (words.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
      resolve({
        wall,
        cpu: hasTime && user !== undefined && system !== undefined ? user + system : undefined,
        peak: hasTime ? peak : undefined,
      });
    });
  });
}

function mediansOf(samples: readonly Sample[]): Sample {
  return {
    wall: median(samples.map((one) => one.wall)) ?? NaN,
    cpu: median(samples.flatMap((one) => one.cpu ?? [])),
    peak: median(samples.flatMap((one) => one.peak ?? [])),
  };
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  return sorted.length % 2 === 1 || upper === undefined ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
