import pino from 'pino'

/** What may stand beside a line: codes, counts, durations, ids of requests. Never a value of a person, a URL or a message of a store. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>> & { readonly level?: LogLevel }
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
/** Writes one line for the operators. `warn` when no level is said: what slices tell without asking is something amiss. */
export type Log = (line: string, fields?: LogFields) => void

export interface LogSettings {
  /** `json`: one object a line, for collectors; `text`: for reading in a terminal */
  readonly format: 'json' | 'text'
  readonly level: LogLevel
}

/** Opens the operators' log over any sink, by default standard error. Lines are written at once: the last words of a crash count. */
export function createLog(settings: LogSettings, write: (text: string) => void = toStandardError): Log {
  if (settings.format === 'text') return textLog(settings.level, write)
  const logger = pino(
    {
      level: settings.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
  return (line, { level = 'warn', ...fields } = {}) => logger[level](fields, line)
}

function textLog(least: LogLevel, write: (text: string) => void): Log {
  return (line, { level = 'warn', ...fields } = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return
    const about = Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    write(`${[new Date().toISOString(), level.toUpperCase().padEnd(5), line, ...about].join(' ')}\n`)
  }
}

const toStandardError = (text: string): void => void process.stderr.write(text)
