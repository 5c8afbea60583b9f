const isControl = (code: number): boolean => code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== ESCAPE
/** Some programs colour their logs. */
const ESCAPE = 0x1b

function hasControl(line: string): boolean {
  for (let i = 0; i < line.length; i++) if (isControl(line.charCodeAt(i))) return true
  return false
}

/**
 * Whether what was decoded as text is no text: its first line has control characters, or most lines have. A log in which
 * one program wrote NULs into a field, or a power cut left a run of them, is text: those records are rejects.
 */
export function isBinary(text: string): boolean {
  const lines = text.split(/[\r\n]+/).filter((line) => line !== '')
  return hasControl(lines[0] ?? '') || lines.filter(hasControl).length * 2 > lines.length
}
