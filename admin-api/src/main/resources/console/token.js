import { get, token } from "./api.js";
import { byId, el, field, show, write } from "./dom.js";

/**
 * Who reads: asks for a token where the node wants one, keeps it for this tab, and says which role
 * it has. What a viewer may not do is not shown.
 */
export class Access {
  #changed;
  #button = byId("access");

  /** `changed()` is called when another token is to be used. */
  constructor(changed) {
    this.#changed = changed;
    this.#button.addEventListener("click", () => this.ask(null));
  }

  /** Asks the node who this is. */
  async look() {
    try {
      const caller = await get("v1/caller");
      document.body.dataset.role = caller.role;
      show(this.#button, caller.tokens);
      write(this.#button, `${caller.name} · ${caller.role}`);
      this.#button.setAttribute("aria-label", `Access: ${caller.name}, ${caller.role}`);
    } catch (problem) {
      document.body.dataset.role = "none";
      show(this.#button, problem.status !== 0);
      write(this.#button, "Sign in");
      this.#button.removeAttribute("aria-label");
    }
  }

  /** Opens the field for a token, with what was wrong with the last one. */
  ask(problem) {
    if (byId("token-dialog")) {
      return;
    }
    const input = el("input", {
      type: "password",
      autocomplete: "off",
      spellcheck: "false",
      autofocus: true,
      required: true,
    });
    const fault = el("p", { class: "fault", role: "alert" }, problem ?? "");
    const dialog = el("dialog", { id: "token-dialog", "aria-labelledby": "token-title" });
    const use = (value) => {
      token.set(value);
      dialog.close();
      this.#changed();
    };
    const form = el(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          use(input.value.trim());
        },
      },
      el("h2", { id: "token-title" }, "Access"),
      field("Token", input, "Kept until this tab is closed, and sent to this node only."),
      fault,
      el(
        "div",
        { class: "acts" },
        token.get() && el("button", { type: "button", class: "quiet", onclick: () => use("") }, "Forget it"),
        el("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
        el("button", { type: "submit", class: "main" }, "Use it"),
      ),
    );
    dialog.append(form);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }
}
