"""Short authored reports of many kinds for the property tests; British where spellings differ."""

from __future__ import annotations

REPORTS: dict[str, str] = {
    "granuloma": "CT CHEST\nFINDINGS: There is a 4 mm calcified granuloma in the right upper lobe, unchanged since the previous examination. No pleural effusion. No enlarged nodes.\nIMPRESSION: Old granulomatous disease.",
    "no-calcification": "XR RIGHT SHOULDER\nNo fracture or dislocation is seen. There is no soft tissue calcification about the joint. The acromioclavicular joint shows mild degenerative change.",
    "tumoral-dialysis": "RADIOGRAPH OF THE LEFT HIP\nClinical details: Haemodialysis for nine years.\nReport: There is a 9 cm lobulated calcified mass over the left greater trochanter with fluid-calcium levels, in keeping with tumoral calcinosis.",
    "metastatic-lung": "HISTORY: End-stage renal disease on haemodialysis, secondary hyperparathyroidism.\nFINDINGS: Both upper lobes contain fluffy centrilobular nodules, many of them calcified. The heart is not enlarged.\nIMPRESSION: Metastatic pulmonary calcification.",
    "pleural-plaques": "CT THORAX. Bilateral calcified pleural plaques along the diaphragm and the posterior chest wall. No interstitial fibrosis. No pleural effusion on either side.",
    "thyroid": "ULTRASOUND OF THE NECK. The right lobe of the thyroid holds a 22 mm nodule with coarse calcification. No suspicious lymph node is seen in the neck.",
    "pineal": "CT HEAD. Physiological calcification of the pineal gland and the choroid plexus. No haemorrhage, mass effect or midline shift. The ventricles are of normal size.",
    "basal-ganglia-hypopara": "CT HEAD. Known hypoparathyroidism. Dense symmetric calcification of the basal ganglia and the dentate nuclei. No acute infarct.",
    "coronary": "CT CHEST. Heavy coronary artery calcification. The lungs are clear. Small hiatus hernia.",
    "aortic-valve": "CT CHEST. The aortic valve is heavily calcified. The thoracic aorta is of normal calibre with scattered calcified atheroma.",
    "fat-necrosis": "MAMMOGRAPHY. Previous lumpectomy on the left. Rim calcification of an oil cyst in the scar of the left breast, in keeping with fat necrosis. No suspicious mass.",
    "suspicious-breast": "MAMMOGRAPHY. A group of fine pleomorphic microcalcifications is present in the upper outer quadrant of the right breast. BI-RADS 4. Biopsy is recommended.",
    "nephrocalcinosis": "ULTRASOUND OF THE KIDNEYS. Primary hyperparathyroidism. Both kidneys show medullary nephrocalcinosis. There is no hydronephrosis.",
    "stones": "CT KUB. There is a 5 mm calculus in the distal left ureter with mild hydronephrosis. No other urinary calculus is identified.",
    "fibroid": "CT PELVIS. The uterus contains a calcified fibroid measuring 4 cm. Both ovaries are normal. No free fluid.",
    "dermatomyositis": "RADIOGRAPH OF BOTH THIGHS. Dermatomyositis since childhood. There is sheet-like calcification in the subcutaneous fat and along the muscles of both thighs.",
    "scleroderma-hand": "RADIOGRAPH OF THE RIGHT HAND. Scleroderma. Calcinosis cutis of the finger tips with resorption of the terminal tufts.",
    "rotator-cuff": "RADIOGRAPH OF THE RIGHT SHOULDER. Amorphous calcification projects over the supraspinatus tendon, consistent with calcific tendinitis. No fracture.",
    "myositis-ossificans": "RADIOGRAPH OF THE LEFT THIGH. Myositis ossificans of the left quadriceps after a rugby injury. The femur is intact.",
    "meningioma": "MRI BRAIN. A 3 cm meningioma of the falx with internal calcification. No oedema of the adjacent brain.",
    "chondrocalcinosis": "RADIOGRAPH OF BOTH KNEES. Chondrocalcinosis of both menisci. Moderate narrowing of the medial compartment.",
    "calciphylaxis": "Clinical details: Calciphylaxis, on peritoneal dialysis.\nReport: Netlike calcification of the small arteries in the subcutaneous fat of both calves.",
    "question-only": "CLINICAL DETAILS: Shoulder pain, ?calcific tendinitis.\nREPORT: The rotator cuff is intact. There is no calcification.",
    "family": "FAMILY HISTORY: Her brother has tumoral calcinosis.\nFINDINGS: Radiographs of both elbows are normal. No periarticular calcification.",
    "resolved": "CT CHEST. The calcified mass of the left chest wall described previously is no longer seen. The lungs are clear.",
    "score-zero": "CT HEART\nCALCIUM SCORE: 0\nThe heart size is normal. No pericardial effusion.",
    "retained-barium": "CT ABDOMEN. The apparent calcification in the right iliac fossa is retained barium. The appendix is normal.",
    "spleen-liver": "US ABDOMEN. Multiple punctate calcified granulomas in the spleen. A further calcified granuloma lies in segment 6 of the liver. The gallbladder is normal.",
    "pancreatitis": "CT ABDOMEN. Chronic alcohol-related pancreatitis with coarse calcifications throughout the pancreas. The bile duct is not dilated.",
    "pericardium": "CT CHEST. Previous tuberculosis. Thick plate-like calcification of the pericardium over the right ventricle. Small bilateral pleural effusions.",
    "hypercalcaemia-stomach": "BONE SCAN. Hypercalcaemia in multiple myeloma. CT shows calcification of the gastric wall and of both lungs. No fracture.",
    "vessels-diabetic": "RADIOGRAPH OF THE RIGHT FOOT. Diabetes mellitus. Tram-track calcification of the digital arteries. No osteomyelitis.",
    "mass-unknown": "CT ABDOMEN. There is a 6 cm retroperitoneal mass with calcification. No lymphadenopathy. The kidneys are normal.",
    "haematoma": "CT THIGH. Old haematoma of the right vastus lateralis with peripheral rim calcification after trauma in 2004. No active bleeding.",
    "implant": "MAMMOGRAPHY. The capsule of the left breast implant is calcified. No mass in either breast.",
    "possible": "CHEST RADIOGRAPH. A possible calcified nodule projects over the left apex; a bone island cannot be excluded. CT is recommended.",
    "phlebolith": "RADIOGRAPH OF THE PELVIS. Several phleboliths in the lower pelvis. The hip joints are normal.",
    "neurocysticercosis": "CT HEAD. Known neurocysticercosis. Scattered punctate calcifications at the grey-white junction of both hemispheres, without oedema.",
    "injection": "CT PELVIS. Coarse calcified injection granulomas in both gluteal regions. The sacroiliac joints are normal.",
    "goitre-ca": "CT NECK. Multinodular goitre with peripheral eggshell calcification in the left lobe. The trachea is displaced to the right.",
    "mitral": "CT HEART. Severe calcification of the mitral annulus. The left atrium is enlarged. No thrombus.",
    "addendum": "FINDINGS: Calcified nodule in the left lower lobe.\nIMPRESSION: Calcified granuloma in the left lower lobe.\nADDENDUM: On review there is also a calcified node at the left hilum.",
}  # fmt: skip

# Parts with sites of their own: two of them under two headings are two reports in one.
PARTS: dict[str, str] = {
    "lung": "CT CHEST: A calcified granuloma in the right lower lobe. No effusion.",
    "thyroid": "US NECK: Coarse calcification in a nodule of the left thyroid lobe.",
    "pineal": "CT HEAD: The pineal gland is calcified. No haemorrhage.",
    "fibroid": "CT PELVIS: A calcified fibroid of the uterus.",
    "spleen": "US ABDOMEN: Several calcified granulomas in the spleen.",
    "shoulder": "XR SHOULDER: Calcification of the right supraspinatus tendon.",
    "mitral": "CT HEART: The mitral annulus is calcified.",
    "breast": "MAMMOGRAPHY: No suspicious microcalcification in either breast.",
    "prostate": "MR PELVIS: Coarse calcification in the prostate.",
    "knee": "XR KNEES: Chondrocalcinosis of both menisci.",
}

# British word -> American word; applied both ways, in all capitals too.
SPELLINGS: dict[str, str] = {
    "haemodialysis": "hemodialysis", "haemorrhage": "hemorrhage", "haematoma": "hematoma", "calibre": "caliber", "oedema": "edema",
    "hypercalcaemia": "hypercalcemia", "grey": "gray", "goitre": "goiter", "tumoral": "tumoural",
    "leukaemia": "leukemia", "oesophagus": "esophagus", "centre": "center", "fibre": "fiber", "paediatric": "pediatric",
    "uraemic": "uremic", "tumour": "tumor", "mineralised": "mineralized", "ischaemic": "ischemic", "artefact": "artifact",
}  # fmt: skip
