export * from './console.ts';
export { setStory } from './page.ts';
