import { setFlagsFromString } from 'node:v8';
import { ImgcheckError } from '../core/error.js';
import { exitCodeOf, formatCauses, formatError } from './failure.js';
import { version } from './version.js';

/**
 * How much WebAssembly must run before V8 optimises it. With the default, ten short requests are enough for the HTTP
 * parser of undici to be optimised, which takes a tenth of a second that the end of the process then waits for.
 * Decoding zstd gets there within some milliseconds all the same.
 */
const patience = '--wasm-tiering-budget=100000000';

/**
 * Runs the command line and sets the exit code. Never throws: what is not an error of ours is a bug and prints its stack.
 */
export async function main(args: readonly string[]): Promise<void> {
  // A reader that went away (`| head`) has what it wanted: no error, and nothing more to say.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  process.once('SIGINT', () => {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    process.stderr.write('imgcheck: interrupted\n');
    process.exit(130);
  });
  process.once('SIGTERM', () => process.exit(143));
  try {
    if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
      process.stdout.write(`${version()}\n`);
      return;
    }
    setFlagsFromString(patience);
    const { runProgram } = await import('./program.js');
    process.exitCode = await runProgram(args);
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    if (error instanceof ImgcheckError) {
      const causes = args.includes('--verbose') ? formatCauses(error) : '';
      process.stderr.write(`${formatError(error)}\n${causes}`);
    } else
      process.stderr.write(
        `imgcheck: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
  }
}
