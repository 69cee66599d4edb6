"""The functional core: the only package that imports SpiffWorkflow. Knows no database and no wall clock."""
