import type { JsonObject } from '#base/json.ts';

/** A resource as it is answered, with the entity tag of just this representation. */
export class Representation {
  readonly tag: string;
  #text: string | undefined;
  #body: JsonObject | undefined;

  constructor(tag: string, answer: string | JsonObject) {
    this.tag = tag;
    if (typeof answer === 'string') this.#text = answer;
    else this.#body = answer;
  }

  get body(): JsonObject {
    this.#body ??= JSON.parse(this.text) as JsonObject;
    return this.#body;
  }

  /** The body as JSON. */
  get text(): string {
    this.#text ??= JSON.stringify(this.#body);
    return this.#text;
  }
}
