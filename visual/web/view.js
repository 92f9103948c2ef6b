// The page of a view: its picture, bound to its tables.

import { viewing } from "./viewing.js";

viewing(document.querySelector("main"), JSON.parse(document.getElementById("picture-data").textContent));
