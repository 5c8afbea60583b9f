const FORM = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Taipei', dateStyle: 'short', timeStyle: 'short' })

/** A moment as the office's clock shows it, `2026-11-05 09:05`; `--json` keeps ISO 8601 in UTC. */
export const taipeiTime = (iso: string): string => FORM.format(new Date(iso))
