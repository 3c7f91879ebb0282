import { ARCHIVES } from './archives.js'
import { BUILD } from './build.js'
import { BUILTINS } from './builtins.js'
import { CLOUD } from './cloud.js'
import { DATABASE } from './database.js'
import { DEBUG } from './debug.js'
import { FILES } from './files.js'
import { FORGE } from './forge.js'
import { FRAMEWORKS } from './frameworks.js'
import { GIT } from './git.js'
import { INTERPRETERS } from './interpreters.js'
import { MACHINE } from './machine.js'
import { MEDIA } from './media.js'
import { NETWORK } from './network.js'
import { PACKAGES } from './packages.js'
import type { Spec } from './spec.js'
import { SYSTEM } from './system.js'
import { TEXT } from './text.js'
import { WRAPPERS } from './wrappers.js'

/** Every binary whose effects are known. What is not in here is never judged harmless. */
export const BINARIES: ReadonlyMap<string, Spec> = new Map(
  [
    TEXT,
    FILES,
    PACKAGES,
    BUILD,
    FRAMEWORKS,
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
    INTERPRETERS,
    WRAPPERS,
    BUILTINS,
  ].flatMap((table) => Object.entries(table)),
)
