import type { FastifyRequest } from 'fastify'

export const SESSION_COOKIE = 'shoumi_session'
export const CSRF_COOKIE = 'shoumi_csrf'
/** a sign-in begun at the agency's provider */
export const OIDC_COOKIE = 'shoumi_oidc'
export const CSRF_HEADER = 'x-shoumi-csrf'

/**
 * The name a cookie travels under. Behind HTTPS it carries a prefix by which browsers let no other host, and no page
 * without HTTPS, set it; on plain loopback they refuse the prefix.
 */
export const cookieName = (name: string, isSecure: boolean): string => (isSecure ? `__Host-${name}` : name)

/** A cookie of the request, by the name it has here. */
export const cookieOf = (request: FastifyRequest, name: string, isSecure: boolean): string | undefined =>
  request.cookies[cookieName(name, isSecure)]

const LOOPBACK_NAMES = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Whether a Host header names this server. Refusing others stops a hostile page from reaching loopback under its own name. */
export function isServedHost(host: string | undefined, publicHosts: readonly string[]): boolean {
  if (!host) return false
  if (publicHosts.includes(host)) return true
  return LOOPBACK_NAMES.has(host.replace(/:\d+$/, ''))
}
