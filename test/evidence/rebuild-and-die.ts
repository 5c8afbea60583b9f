// Rebuilds the analytic store of SHOUMI_DATA and is gone, without a word, when so many imports are back.
import { readConfig } from '../../src/program/config.ts'
import { rebuildAnalytics } from '../../src/program/rebuild-analytics.ts'

const config = readConfig(process.env)
if (!config.ok) throw new Error(config.error.join())
const diesAt = Number(process.argv[2])
await rebuildAnalytics(config.value, {
  withoutLost: false,
  talk: (text) => process.stderr.write(text),
  onProgress: (done) => {
    if (done === diesAt) process.kill(process.pid, 'SIGKILL')
  },
})
