// What the pages use of lit-html. The compiler looks for it beside the module; no page asks for it.

/** What `html` and `svg` make: to be rendered, or put into another one. */
export interface TemplateResult {
  readonly strings: TemplateStringsArray;
  readonly values: readonly unknown[];
}

/** What a directive makes; it can only be put into a template. */
export interface DirectiveResult {
  readonly values: readonly unknown[];
}

export type Template = (strings: TemplateStringsArray, ...values: readonly unknown[]) => TemplateResult;
export const html: Template;
export const svg: Template;

/** Renders nothing, and takes an attribute away. */
export const nothing: unique symbol;

export function render(what: unknown, into: HTMLElement | DocumentFragment): unknown;

export function repeat<T>(
  items: Iterable<T>,
  keyOf: (item: T, place: number) => unknown,
  template: (item: T, place: number) => unknown,
): DirectiveResult;

/** Compares with what the element has, not with what was rendered last. */
export function live(value: unknown): DirectiveResult;

export function ref(told: ((element: Element | undefined) => void) | { value?: Element }): DirectiveResult;
