import type { Json } from './settings.js'

/** A settings file that cannot be edited: it is not what its agent would read. */
export class UnreadableSettings extends Error {
  override readonly name = 'UnreadableSettings'
}

/** Whether an element, or a hook within it, was put there by us: it runs `lighthouse hook` or asks our endpoint. */
export function isOurs(hook: unknown): boolean {
  if (!isObject(hook)) return false
  const runs = [hook['command'], hook['bash']].some(
    (text) => typeof text === 'string' && /\blighthouse(?:\.mjs)?['"]? hook\b/.test(text),
  )
  return runs || (typeof hook['url'] === 'string' && /\/v1\/hook\/[a-z-]+$/.test(hook['url']))
}

/**
 * The settings with our hook in the list of `event`, and only once: earlier ones of ours go, everybody else's stay where
 * they are. Without `entry`, ours only go. Pure; throws UnreadableSettings when `hooks` has another shape.
 */
export function editHooks(settings: Json, event: string, entry: Json | undefined): Json {
  const hooks = settings['hooks'] ?? {}
  if (!isObject(hooks)) throw new UnreadableSettings('"hooks" is not an object')
  const list = hooks[event] ?? []
  if (!Array.isArray(list)) throw new UnreadableSettings(`"hooks.${event}" is not a list`)
  const others = (list as unknown[]).flatMap(withoutOurs)
  const next = entry === undefined ? others : [...others, entry]
  const { [event]: _, ...rest } = hooks
  const edited = next.length > 0 ? { ...hooks, [event]: next } : rest
  if (Object.keys(edited).length > 0) return { ...settings, hooks: edited }
  const { hooks: __, ...without } = settings
  return without
}

function withoutOurs(group: unknown): unknown[] {
  if (isOurs(group)) return []
  if (!isObject(group) || !Array.isArray(group['hooks'])) return [group]
  const all = group['hooks'] as unknown[]
  const kept = all.filter((hook) => !isOurs(hook))
  if (kept.length === all.length) return [group]
  return kept.length === 0 ? [] : [{ ...group, hooks: kept }]
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
