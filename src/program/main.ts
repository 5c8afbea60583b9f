import { runCommandLine } from '../cli/command-line.ts'
import { readSecret } from '../cli/read-secret.ts'
import { forTerminal, talkForTerminal } from '../cli/table-line.ts'
import { readConfig } from './config.ts'
import { connect } from './connect.ts'
import { noteFailure } from './note-failure.ts'
import { rebuildAnalytics } from './rebuild-analytics.ts'
import { serve } from './serve.ts'
import { wordsOfStartFailure } from './start-failure.ts'

const EXIT_FAILED = 1
const EXIT_USAGE = 64

// Whoever reads the first lines of a list and goes (`… | head`) has what he wanted; offline, the engines still stop in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})
// A terminal that is gone, or a full disk behind the log, is no reason to stop serving.
process.stderr.on('error', () => undefined)

const config = readConfig(process.env)
if (config.ok) {
  const { dataFolder } = config.value
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    serve: () => serve(config.value),
    rebuild: (request) => rebuildAnalytics(config.value, request),
    connect: () => connect(config.value),
    out: (text) => process.stdout.write(forTerminal(text)),
    talk: (text) => process.stderr.write(talkForTerminal(text)),
    isTerminal: process.stderr.isTTY === true,
    readSecret,
  }).catch((error: unknown) => {
    process.stderr.write(`${wordsOfStartFailure(error, config.value) ?? noteFailure(error, dataFolder)}\n`)
    return EXIT_FAILED
  })
} else {
  process.stderr.write(`設定有誤 bad settings:\n${config.error.map((line) => `  ${line}\n`).join('')}`)
  process.exitCode = EXIT_USAGE
}
