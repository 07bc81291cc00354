export { STARTER_LINE } from './line-name.ts';
export { openRegistry, type RegistryOptions } from './open-registry.ts';
export type { ModelHandle, ModelRegistry, VersionDetails, VersionInfo } from './registry.ts';
