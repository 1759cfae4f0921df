"""What the estimators of every data structure share."""
