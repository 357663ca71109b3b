"""Papers typeset by LaTeX in many classes, each line of which has a known label: training data for the PDF reader."""
