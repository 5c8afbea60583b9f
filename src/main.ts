import { runCommandLine } from './cli/command-line.ts'
import { readSecret } from './cli/read-secret.ts'
import { readConfig } from './config.ts'
import { connect } from './connect.ts'
import { rebuildAnalytics } from './rebuild-analytics.ts'
import { serve } from './serve.ts'

const EXIT_USAGE = 64

// Whoever reads the first lines of a list and goes (`… | head`) has what he wanted; offline, the engines still stop in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const config = readConfig(process.env)
if (config.ok) {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    serve: () => serve(config.value),
    rebuild: (request) => rebuildAnalytics(config.value, request),
    connect: () => connect(config.value),
    out: (text) => process.stdout.write(text),
    talk: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
    readSecret,
  })
} else {
  process.stderr.write(`設定有誤 bad settings:\n${config.error.map((line) => `  ${line}\n`).join('')}`)
  process.exitCode = EXIT_USAGE
}
