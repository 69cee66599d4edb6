// The studio's page: puts its parts together and opens the file that the address names.
import "./styles.js";
import Studio from "./studio.js";

const root = document.getElementById("studio");
if (root) new Studio(root).start();
