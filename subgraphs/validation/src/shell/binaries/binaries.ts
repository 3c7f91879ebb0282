import { ARCHIVES } from './archives.js'
import { BUILD } from './build.js'
import { BUILTINS } from './builtins.js'
import { RUST } from './cargo.js'
import { CLOUD } from './cloud.js'
import { COMPILERS } from './compilers.js'
import { CONTAINERS } from './containers.js'
import { DATABASE } from './database.js'
import { DEBUG } from './debug.js'
import { DEVTOOLS } from './devtools.js'
import { ECOSYSTEMS } from './ecosystems.js'
import { EDITORS } from './editors.js'
import { FILES } from './files.js'
import { FORGE } from './forge.js'
import { FRAMEWORKS } from './frameworks.js'
import { GIT } from './git.js'
import { INTERPRETERS } from './interpreters.js'
import { KUBERNETES } from './kubernetes.js'
import { MACHINE } from './machine.js'
import { MEDIA } from './media.js'
import { NETWORK } from './network.js'
import { NODE_PACKAGES } from './node-packages.js'
import { NIX } from './nix.js'
import { PACKAGES } from './packages.js'
import { PATH_NAMES } from './path-names.js'
import { RUNTIMES } from './runtimes.js'
import { SHELL } from './shells.js'
import type { Spec } from './spec.js'
import { STATISTICS } from './statistics.js'
import { SYSTEM } from './system.js'
import { TEXT } from './text.js'
import { WRAPPERS } from './wrappers.js'
import { XARGS } from './xargs.js'

/** What the shell itself does, and what runs others in it: all else is a process, which changes nothing of the shell. */
export const IN_SHELL: ReadonlySet<string> = new Set([
  ...Object.keys(BUILTINS),
  ...['command', 'builtin', 'exec', 'time'],
])

/** Every binary whose effects are known. What is not in here is never judged harmless. */
export const BINARIES: ReadonlyMap<string, Spec> = new Map(
  [
    // First: what a more careful table says of a name goes before.
    DEVTOOLS,
    TEXT,
    PATH_NAMES,
    FILES,
    PACKAGES,
    NODE_PACKAGES,
    BUILD,
    RUST,
    NIX,
    COMPILERS,
    FRAMEWORKS,
    CONTAINERS,
    KUBERNETES,
    CLOUD,
    NETWORK,
    SYSTEM,
    MACHINE,
    ARCHIVES,
    MEDIA,
    DEBUG,
    DATABASE,
    GIT,
    FORGE,
    SHELL,
    INTERPRETERS,
    RUNTIMES,
    EDITORS,
    STATISTICS,
    WRAPPERS,
    XARGS,
    BUILTINS,
    ECOSYSTEMS,
  ].flatMap((table) => Object.entries(table)),
)
