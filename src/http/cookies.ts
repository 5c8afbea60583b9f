export const SESSION_COOKIE = 'shoumi_session'
export const CSRF_COOKIE = 'shoumi_csrf'
/** a sign-in begun at the agency's provider */
export const OIDC_COOKIE = 'shoumi_oidc'
export const CSRF_HEADER = 'x-shoumi-csrf'

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a Host header names this server. Refusing others stops a hostile page from reaching loopback under its own name. */
export function isServedHost(host: string | undefined, publicHosts: readonly string[]): boolean {
  if (!host) return false
  if (publicHosts.includes(host)) return true
  return LOOPBACK_NAMES.has(host.replace(/:\d+$/, ''))
}
