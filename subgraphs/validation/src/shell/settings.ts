import type { Simple } from './script.js'
import type { State } from './state.js'

/** Tools of the machine that print settings for a shell, and what they are asked for them with. */
const TELLS =
  /^"?\$\((?:(opam) env|(pyenv|rbenv|nodenv) (?:virtualenv-)?init(?: -| --path)*(?: bash| zsh)?|(fnm) env(?: --use-on-cd)?(?: --shell[ =](?:bash|zsh))?|(mise) activate (?:bash|zsh)|(brew) shellenv|(conda) shell\.(?:bash|zsh) hook)\)"?$/

/** `eval "$(opam env)"`, in so many words: what is printed is there to be obeyed. By what it holds nobody could tell. */
export function obeysSettings({ words }: Simple, { functions }: State): boolean {
  const [name, printed] = words
  if (words.length !== 2 || name?.source !== 'eval') return false
  const tool = TELLS.exec(printed?.source ?? '')
    ?.slice(1)
    .find((group) => group !== undefined)
  return tool !== undefined && !functions.has(tool)
}
